package io.releve.vip;

import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;

/**
 * A node in small: one agent, a lease that renews itself three times in its length, and operations by name from the
 * standard input. Arguments: the lease's length in milliseconds, then NAME=VALUE parameters.
 */
final class AgentProcess {

    private AgentProcess() {}

    public static void main(String[] arguments) throws Exception {
        TestLease lease = new TestLease(Duration.ofMillis(Long.parseLong(arguments[0])));
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            parameters.put(pair[0], pair[1]);
        }
        TestContext context = new TestContext(parameters, lease);
        new Timer("lease", true)
                .schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                // Never after its end: what was frozen too long has lost the lease.
                                if (lease.isValid()) {
                                    lease.renew();
                                } else {
                                    lease.end();
                                }
                            }
                        },
                        0,
                        lease.length().toMillis() / 3);
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            run(VirtualIpAgent.factory().create(context), context, input);
        } catch (IllegalArgumentException e) {
            System.out.println("REFUSED " + e.getMessage());
        }
    }

    private static void run(ResourceAgent agent, TestContext context, BufferedReader input) throws Exception {
        System.out.println("READY");
        for (String word = input.readLine(); word != null; word = input.readLine()) {
            if (word.equals("why")) {
                System.out.println("WHY " + context.monitorsAskedFor().take());
                continue;
            }
            long begin = System.nanoTime();
            Outcome outcome = switch (word) {
                case "start" -> agent.start(context.start());
                case "stop" -> agent.stop(context.stop());
                case "monitor" -> agent.monitor(context.monitor());
                case "probe" -> agent.monitor(context.probe());
                case "validate" ->
                    agent.validate().isEmpty() ? Outcome.ok() : Outcome.failed(String.join("; ", agent.validate()));
                default -> throw new IllegalArgumentException(word);
            };
            long micros = (System.nanoTime() - begin) / 1000;
            System.out.println("DONE " + word + " " + micros + " " + outcome);
        }
        agent.close();
    }
}
