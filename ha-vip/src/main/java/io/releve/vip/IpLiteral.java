package io.releve.vip;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IP address as text. Never asks a name service: what is no literal is no address. */
final class IpLiteral {

    /** Strictly four decimal parts: Java itself also takes {@code 10.7} for an address, and means 10.0.0.7. */
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

    /** Only what can stand in an IPv6 literal, and a colon at least; Java then refuses the rest without a look-up. */
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    private IpLiteral() {}

    static Optional<InetAddress> parse(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6_CHARACTERS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** The number of bits of the address: 32 or 128, which is also the longest prefix. */
    static int bits(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }
}
