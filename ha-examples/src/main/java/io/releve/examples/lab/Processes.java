package io.releve.examples.lab;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Several processes at once. */
public final class Processes {

    private Processes() {}

    /** Kills them all (SIGKILL), first all, then waits until the system has taken them away. */
    public static void kill(Collection<ProcessHandle> processes) {
        long self = ProcessHandle.current().pid();
        Collection<ProcessHandle> others = processes.stream()
                .filter(Objects::nonNull)
                .filter(process -> process.pid() != self)
                .toList();
        others.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?> gone = CompletableFuture.allOf(
                others.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            gone.get(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // SIGKILL needs no help; a process in a system call that does not end cannot be hastened.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
