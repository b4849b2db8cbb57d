package io.releve.lab.cluster;

import io.releve.examples.lab.Command;
import io.releve.examples.lab.LabException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small file system of its own for a database server's data: it can be full, and it can stall, without harm to the
 * machine's. An ext4 image where this user may mount one, else memory, which cannot stall.
 */
public final class Disk implements AutoCloseable {

    private static final long MEGABYTE = 1024 * 1024;
    private static final int MEGABYTES = 384;
    private static final String FILLER = "filler";

    private final Path directory;
    private final Path image;
    private final boolean stalls;
    private boolean stalled;

    private Disk(Path directory, Path image, boolean stalls) {
        this.directory = directory;
        this.image = image;
        this.stalls = stalls;
    }

    /** Makes and mounts one. */
    static Disk mount(Path directory, Path image) throws IOException {
        Files.createDirectories(directory);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(MEGABYTES * MEGABYTE);
        }
        boolean ext4 = Command.run(List.of("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image.toString()))
                        .ok()
                && Command.run(List.of("mount", "-o", "loop", image.toString(), directory.toString()))
                        .ok();
        if (!ext4) {
            Command.run(List.of("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", directory.toString()))
                    .orThrow();
        }
        return new Disk(
                directory,
                image,
                ext4 && Command.run(List.of("fsfreeze", "--version")).ok());
    }

    /** Where it is mounted. */
    public Path directory() {
        return directory;
    }

    /** Whether it can stall. */
    public boolean canStall() {
        return stalls;
    }

    /** Takes all space that is left. */
    public void fill() {
        Command.run(List.of(
                "sh",
                "-c",
                "dd if=/dev/zero of=\"$1\" bs=64k 2>/dev/null; true",
                "sh",
                directory.resolve(FILLER).toString()));
    }

    /** Gives the space back. */
    public void empty() {
        try {
            Files.deleteIfExists(directory.resolve(FILLER));
        } catch (IOException e) {
            throw new LabException("the filler of " + directory + " cannot be deleted: " + e, e);
        }
    }

    /** From now on nobody's write returns. */
    public void stall() {
        Command.run(List.of("fsfreeze", "--freeze", directory.toString())).orThrow();
        stalled = true;
    }

    /** Writes go on. */
    public void resume() {
        if (stalled) {
            Command.run(List.of("fsfreeze", "--unfreeze", directory.toString())).orThrow();
            stalled = false;
        }
    }

    @Override
    public void close() throws IOException {
        resume();
        Command.run(List.of("umount", "--lazy", directory.toString()));
        Files.deleteIfExists(image);
    }
}
