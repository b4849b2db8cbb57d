package io.releve.mysql.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;

/**
 * The files of one server instance.
 *
 * @param directory the instance's own directory
 * @param data the data directory
 */
record InstanceFiles(Path directory, Path data) {

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** The server's configuration; its path on a command line is what identifies the server's process. */
    Path config() {
        return directory.resolve("my.cnf");
    }

    /** How the server is told its configuration. */
    String argument() {
        return "--defaults-file=" + config();
    }

    Path pid() {
        return directory.resolve("mysqld.pid");
    }

    Path errorLog() {
        return directory.resolve("error.log");
    }

    /** The server's own directory for temporary tables. */
    Path temporary() {
        return directory.resolve("tmp");
    }

    /** Statements with passwords for the server's start; exists only while the server starts. */
    Path init() {
        return directory.resolve("init.sql");
    }

    /** Removes the file with the passwords, if it is there. */
    void removeInit() throws IOException {
        if (Files.exists(init())) {
            Files.delete(init());
        }
    }

    /** Which peers had left before this server stopped. */
    Path absentPeers() {
        return directory.resolve("absent-peers");
    }

    /** The operator's word that this server may serve without having heard its peers. */
    Path serveAlone() {
        return directory.resolve("serve-alone");
    }

    /** There while the data is being replaced by a copy: what the server has then is of no worth. */
    Path unfinishedRebuild() {
        return directory.resolve("rebuild-unfinished");
    }

    /** Which life of a server that somebody else runs the agent has taken on; not there while it has taken on none. */
    Path attached() {
        return directory.resolve("attached");
    }

    /** Where what is errant is kept before the data is replaced. */
    Path errant(Instant at) {
        return directory.resolve("set-aside").resolve("errant-" + at.toString().replace(":", ""));
    }

    /** Whether there is a data directory with something in it. */
    boolean hasData() throws IOException {
        if (!Files.isDirectory(data)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(data)) {
            return entries.iterator().hasNext();
        }
    }

    /** Writes a file that only this process's user can read, durably, and all of it or nothing. */
    static void write(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel =
                FileChannel.open(draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
