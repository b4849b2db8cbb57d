package io.releve.lab.idle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has cost so far.
 *
 * @param ticks processor time of all its threads, in the kernel's hundredths of a second
 * @param residentKilobytes the memory that it holds now
 */
record ProcessCost(long ticks, long residentKilobytes) {

    private static final int USER = 11;
    private static final int SYSTEM = 12;

    static ProcessCost of(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long resident = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " has no memory: it has ended"));
        return new ProcessCost(Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]), resident);
    }

    /** The part of one core that it took since an earlier look. */
    double share(ProcessCost earlier, double seconds) {
        return (ticks - earlier.ticks) / 100.0 / seconds;
    }
}
