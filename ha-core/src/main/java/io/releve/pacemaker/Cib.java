package io.releve.pacemaker;

import io.releve.model.ClusterConfig;
import io.releve.state.ClusterState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A Pacemaker cluster as its CIB describes it.
 *
 * @param config what is declared; not checked, as Pacemaker lives with mistakes that a new configuration must not have
 * @param state what was observed
 * @param executionDate the time for which the CIB was saved, where it says so
 * @param leftOut what could not be carried over
 */
public record Cib(
        ClusterConfig config, ClusterState state, Optional<Instant> executionDate, List<NotCarriedOver> leftOut) {

    public Cib {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Reads a CIB as XML. Document types and entities are refused, and so is a document of more than 512 MiB.
     *
     * @param xml the document
     * @param now the time, for what in the status section depends on it; the CIB's own execution date where it has one
     * @throws UnreadableConfigurationException if it is no CIB
     */
    public static Cib read(InputStream xml, Instant now) {
        return new CibReader(new XmlParser().parse(xml), now).read();
    }

    /**
     * The same from text.
     *
     * @throws UnreadableConfigurationException if it is no CIB
     */
    public static Cib read(String xml, Instant now) {
        return read(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), now);
    }

    /**
     * The same from a file.
     *
     * @throws UnreadableConfigurationException if it is no CIB
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Cib read(Path file, Instant now) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, now);
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read " + file, broken);
        }
    }
}
