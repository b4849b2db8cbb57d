package io.releve.console;

import io.releve.pacemaker.Cib;
import io.releve.pacemaker.CibReader;
import io.releve.pacemaker.CrmShellReader;
import io.releve.pacemaker.ShellConfiguration;
import io.releve.pacemaker.UnreadableCibException;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads situations in Pacemaker's forms: a CIB, or a configuration as the crm shell prints it. */
final class SituationReader {

    /** Stands for the standard input where a file is meant. */
    static final String STANDARD_INPUT = "-";

    private static final int MOST_BLANK = 1 << 16;
    private static final int MOST_SHELL_TEXT = 64 << 20;

    private SituationReader() {}

    /**
     * Reads one.
     *
     * @param file the file, or {@code -}
     * @param now the time of the plan; empty: what the input says, otherwise the present
     * @throws ConsoleException if it cannot be read; the message begins with the file's name
     */
    static Situation read(String file, Optional<Instant> now) {
        String name = file.equals(STANDARD_INPUT) ? "standard input" : file;
        try (BufferedInputStream in = new BufferedInputStream(open(file), MOST_BLANK)) {
            return isShellText(in) ? shell(in, now) : cib(in, now);
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

    private static Situation cib(InputStream in, Optional<Instant> now) throws IOException {
        Cib cib = now.isPresent() ? CibReader.read(in, now.get()) : CibReader.read(in);
        return new Situation(
                cib.config(),
                cib.state(),
                now.or(cib::executionDate).orElseGet(Instant::now),
                "",
                cib.notCarriedOver());
    }

    /** The crm shell tells what is declared, not what is: the plan begins with nodes on which nothing runs. */
    private static Situation shell(InputStream in, Optional<Instant> now) throws IOException {
        byte[] bytes = in.readNBytes(MOST_SHELL_TEXT + 1);
        if (bytes.length > MOST_SHELL_TEXT) {
            throw new IOException("it is longer than " + MOST_SHELL_TEXT + " bytes: a configuration is not that large");
        }
        ShellConfiguration read = CrmShellReader.read(new String(bytes, StandardCharsets.UTF_8));
        if (read.config().nodes().isEmpty()) {
            throw new IOException("it is neither a CIB nor a configuration of the crm shell with 'node' lines"
                    + read.notCarriedOver().stream()
                            .findFirst()
                            .map(note -> " (" + note + ")")
                            .orElse(""));
        }
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        read.config().nodeNames().forEach(name -> nodes.put(name, NodeState.online(name)));
        return new Situation(
                read.config(),
                new ClusterState(true, read.config().nodeNames().get(0), nodes),
                now.orElseGet(Instant::now),
                "every node is online, and nothing runs yet: the input says only what is declared",
                read.notCarriedOver());
    }

    /** Whether it begins with a word, or the comment before one; a CIB begins with a mark of XML or of its encoding. */
    private static boolean isShellText(BufferedInputStream in) throws IOException {
        in.mark(MOST_BLANK);
        int first = in.read();
        for (int read = 1;
                read < MOST_BLANK && (first == ' ' || first == '\t' || first == '\n' || first == '\r');
                read++) {
            first = in.read();
        }
        in.reset();
        return first == '#' || (first >= 'a' && first <= 'z');
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
