package io.releve.vip;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Reads addresses, and says which interface is connected to each one's network: as the kernel says, and as iproute2 does. */
final class RouteQuestions {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private RouteQuestions() {}

    public static void main(String[] arguments) throws Exception {
        Iproute iproute = new Iproute(SystemCommand.ofThisProcess(), List.of("ip"));
        Netlink netlink = new Netlink(iproute);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            InetAddress address = IpLiteral.parse(line).orElseThrow();
            System.out.println(line + " "
                    + netlink.connectedInterface(address, LIMIT).orElse("none") + " "
                    + iproute.connectedInterface(address, LIMIT).orElse("none"));
        }
    }
}
