package io.releve.lab.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Says what time it is, by the wall clock and by the monotonic one, and how long a wait of {@value #WAIT_MILLIS} ms has
 * taken, whenever it reads a line.
 */
final class ClockProgram {

    static final long WAIT_MILLIS = 200;

    private ClockProgram() {}

    /** Runs until its input ends. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (input.readLine() != null) {
            long begin = System.nanoTime();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS));
            long now = System.nanoTime();
            System.out.println(System.currentTimeMillis() + " " + now / 1_000_000 + " " + (now - begin) / 1_000_000);
        }
    }
}
