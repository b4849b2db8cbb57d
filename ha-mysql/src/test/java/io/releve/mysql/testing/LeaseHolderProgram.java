package io.releve.mysql.testing;

import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.ServerLease;
import java.time.Duration;
import java.util.Map;

/** A JVM of its own that holds a server's lease, and has opened it; the test kills or freezes it. */
public final class LeaseHolderProgram {

    private LeaseHolderProgram() {}

    public static void main(String[] arguments) throws Exception {
        TestLease lease = new TestLease(Duration.ofMillis(Long.parseLong(arguments[1]))).keep();
        ServerLogin login = new ServerLogin(
                "127.0.0.1",
                Integer.parseInt(arguments[0]),
                "releve",
                "it's \\an' admin#1"::toCharArray,
                Tls.off(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                "",
                Map.of(),
                JdbcDriver.onClassPath());
        ServerLease held = new ServerLease("test", login, lease, new ServerLease.Listener() {
            @Override
            public void closed(String reason) {
                System.out.println("closed: " + reason);
            }

            @Override
            public void unguarded(String reason) {
                System.out.println("unguarded: " + reason);
            }
        });
        held.acquire(Duration.ofSeconds(5));
        held.open(Duration.ofSeconds(5));
        System.out.println("open");
        // Until it is killed, or the test is gone.
        while (System.in.read() >= 0) {}
    }
}
