package io.releve.agent.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where the output of one program after another goes. A file and not a pipe: a daemon that a script leaves behind goes on
 * holding it, and with a pipe nobody could tell the end of the script's own words. It is cut back before each program,
 * and while one writes too much, so that it stays small whoever writes.
 */
record OutputFile(Path path) {

    private static final long LARGEST = 4L << 20;
    private static final int KEPT = 16 * 1024;

    /** Empties the file; what is still being written by somebody begins anew at its beginning. */
    ProcessBuilder.Redirect begin() throws IOException {
        FileChannel.open(
                        path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
        return ProcessBuilder.Redirect.appendTo(path.toFile());
    }

    /** Throws away what is too much. */
    void relieve() throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (file.size() > LARGEST) {
                file.truncate(0);
            }
        }
    }

    /** The end of what was written, without blanks at either end; with an ellipsis if there was more. */
    String end() throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = file.size();
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, KEPT));
            file.position(size - buffer.capacity());
            while (buffer.hasRemaining() && file.read(buffer) >= 0) {
                // Reads until the buffer is full.
            }
            String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
            return size > KEPT ? "… " + text : text;
        }
    }
}
