package io.releve.console;

import io.releve.pacemaker.Cib;
import io.releve.pacemaker.CibReader;
import io.releve.pacemaker.UnreadableCibException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Reads situations from files in Pacemaker's form. */
final class CibInput {

    /** Stands for the standard input where a file is meant. */
    static final String STANDARD_INPUT = "-";

    private CibInput() {}

    /**
     * Reads one.
     *
     * @param file the file, or {@code -}
     * @param now the time of the plan; empty: what the input says, otherwise the present
     * @throws ConsoleException if it cannot be read; the message begins with the file's name
     */
    static Situation read(String file, Optional<Instant> now) {
        String name = file.equals(STANDARD_INPUT) ? "standard input" : file;
        try (InputStream in = open(file)) {
            Cib cib = now.isPresent() ? CibReader.read(in, now.get()) : CibReader.read(in);
            return new Situation(
                    cib.config(),
                    cib.state(),
                    now.or(cib::executionDate).orElseGet(Instant::now),
                    cib.notCarriedOver());
        } catch (UnreadableCibException unreadable) {
            throw new ConsoleException(name + ": " + unreadable.getMessage(), unreadable);
        } catch (NoSuchFileException missing) {
            throw new ConsoleException(name + ": there is no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new ConsoleException(name + ": this user may not read it", denied);
        } catch (IOException broken) {
            throw new ConsoleException(name + ": cannot be read: " + broken.getMessage(), broken);
        }
    }

    private static InputStream open(String file) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return System.in;
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new IOException("it is a directory; with --cases DIR all files of one are read");
        }
        return Files.newInputStream(path);
    }
}
