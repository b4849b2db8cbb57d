package io.releve.examples.demo;

import io.releve.examples.lab.Ending;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The last resort of a run that does not end: every wait has its own limit, and should never let it come to this. */
final class Watchdog {

    private static final int STATUS = 3;

    private Watchdog() {}

    static void start(Duration limit, Ending ending) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        ending.push(() -> ended.complete(null));
        CompletableFuture<Void> unused = ended.orTimeout(limit.toSeconds(), TimeUnit.SECONDS)
                .exceptionallyAsync(late -> {
                    System.err.println("The demonstration did not end within " + limit.toMinutes()
                            + " minutes; ending it. What its threads were doing:");
                    Thread.getAllStackTraces().forEach((thread, stack) -> {
                        System.err.println(thread.getName());
                        for (StackTraceElement element : stack) {
                            System.err.println("    " + element);
                        }
                    });
                    System.exit(STATUS);
                    return null;
                });
    }
}
