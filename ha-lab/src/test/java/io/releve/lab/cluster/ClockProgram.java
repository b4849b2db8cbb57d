package io.releve.lab.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Says what time it is, by the wall clock and by the monotonic one, whenever it reads a line. */
final class ClockProgram {

    private ClockProgram() {}

    /** Runs until its input ends. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (input.readLine() != null) {
            System.out.println(System.currentTimeMillis() + " " + System.nanoTime() / 1_000_000);
        }
    }
}
