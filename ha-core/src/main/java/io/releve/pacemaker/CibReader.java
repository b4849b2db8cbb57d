package io.releve.pacemaker;

import io.releve.state.ClusterState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a CIB: Pacemaker's configuration and status as XML, as {@code cibadmin --query} prints it.
 *
 * <p>It is as lenient as Pacemaker about values, and strict about XML: document type definitions and external entities
 * are refused, the length, the depth and the number of elements are bounded (2 GiB, 64, 20,000,000; a single tag 1 MiB).
 * Templates, tags, {@code id-ref}s and resource sets are resolved. What cannot be carried over is listed in
 * {@link Cib#notCarriedOver()}.
 *
 * <p>Thread-safety: stateless.
 */
public final class CibReader {

    private CibReader() {}

    /**
     * Reads a file as of the moment that it names as its execution date, otherwise as of now.
     *
     * @param file the file
     * @throws IOException if the file cannot be read
     * @throws UnreadableCibException if it is no CIB, with the position and the reason
     */
    public static Cib read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(in);
        }
    }

    /**
     * Reads to the end as of the moment that the CIB names as its execution date, otherwise as of now.
     *
     * @param in the text; its encoding is the one that the XML declares, by default UTF-8; not closed here
     * @throws IOException if the stream cannot be read
     * @throws UnreadableCibException if it is no CIB, with the position and the reason
     */
    public static Cib read(InputStream in) throws IOException {
        return read(in, Optional.empty(), XmlSource.Limits.DEFAULT);
    }

    /**
     * Reads to the end as of a given moment. The moment matters to nodes that are waited for no longer than
     * {@code node-pending-timeout}.
     *
     * @param in the text; its encoding is the one that the XML declares, by default UTF-8; not closed here
     * @param now the moment
     * @throws IOException if the stream cannot be read
     * @throws UnreadableCibException if it is no CIB, with the position and the reason
     */
    public static Cib read(InputStream in, Instant now) throws IOException {
        return read(in, Optional.of(now), XmlSource.Limits.DEFAULT);
    }

    /**
     * Reads a file as of a given moment.
     *
     * @param file the file
     * @param now the moment
     * @throws IOException if the file cannot be read
     * @throws UnreadableCibException if it is no CIB, with the position and the reason
     */
    public static Cib read(Path file, Instant now) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(in, now);
        }
    }

    static Cib read(InputStream in, Optional<Instant> moment, XmlSource.Limits limits) throws IOException {
        XmlSource xml = new XmlSource(in, limits);
        Notes notes = new Notes();
        Element cib = xml.root();
        if (!cib.is("cib")) {
            throw new UnreadableCibException(
                    cib.line(),
                    cib.column(),
                    "the outermost element is " + cib + ", but a CIB's is <cib>: save one with cibadmin --query");
        }
        StatusReader status = new StatusReader(xml, notes);
        Element configuration = null;
        Element section;
        while ((section = xml.nextChild()) != null) {
            if (section.is("configuration") && configuration == null) {
                configuration = xml.complete(section);
            } else if (section.is("status")) {
                status.read();
            } else {
                notes.add(section, "such a section is not known in a CIB, or is there already");
                xml.skip();
            }
        }
        xml.end();
        if (configuration == null) {
            throw new UnreadableCibException(
                    cib.line(), cib.column(), "the CIB has no <configuration>: save one with cibadmin --query");
        }
        return assemble(cib, configuration, status, moment, notes);
    }

    private static Cib assemble(
            Element cib, Element configuration, StatusReader status, Optional<Instant> moment, Notes notes) {
        Optional<Instant> executionDate = Words.epoch(cib.get("execution-date"));
        Instant now =
                moment.or(() -> executionDate).orElseGet(() -> Clock.systemUTC().instant());
        Map<String, String> overrides = new LinkedHashMap<>();
        String panic = cib.get("no-quorum-panic");
        if (panic != null) {
            overrides.put("no-quorum-panic", panic);
        }
        ConfigurationReader.Result read = new ConfigurationReader(notes).read(configuration, overrides);
        ClusterState state = new StateAssembler(read, now, notes)
                .state(Words.isTrue(cib.get("have-quorum")), cib.get("dc-uuid", ""), status.nodes, status.tickets);
        return new Cib(read.config(), state, executionDate, notes.all());
    }
}
