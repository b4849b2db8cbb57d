package io.releve.pacemaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the scheduler against the cases of Pacemaker's own regression suite, in the folder that the property {@code
 * releve.pacemaker.cases} names; by default {@code shared/pacemaker-cases} beside the checkout.
 *
 * <p>Logs the agreement. Fails when a case no longer agrees that is listed in {@code pacemaker-agreed.txt}; names those
 * that agree and are not listed yet.
 */
class PacemakerConformanceTest {

    private static final Logger LOG = LoggerFactory.getLogger(PacemakerConformanceTest.class);
    private static final String PROPERTY = "releve.pacemaker.cases";

    @Test
    void shouldDecideAsPacemakerDoesWhereverItDidBefore() throws IOException {
        Path folder = Path.of(System.getProperty(PROPERTY, "../../shared/pacemaker-cases"));
        assumeTrue(
                Files.isRegularFile(folder.resolve("cases.tsv")),
                "no cases of Pacemaker's in " + folder.toAbsolutePath().normalize() + ": name a folder with -D"
                        + PROPERTY);
        PacemakerCases cases = new PacemakerCases(folder);
        Map<String, String> errors = new TreeMap<>();
        Set<String> agreed = cases.agreed(errors);
        cases.report(agreed).forEach(LOG::info);

        Set<String> expected = listed();
        expected.removeIf(line -> !cases.names().contains(line.substring(line.indexOf(' ') + 1)));
        Set<String> unlisted = new TreeSet<>(agreed);
        unlisted.removeAll(expected);
        unlisted.forEach(line -> LOG.info("agrees, and is not in pacemaker-agreed.txt: {}", line));
        assertThat(errors).as("cases that cannot be read or planned").isEmpty();
        assertThat(agreed).as("cases that agreed before").containsAll(expected);
    }

    private static Set<String> listed() throws IOException {
        try (InputStream in = PacemakerConformanceTest.class.getResourceAsStream("/pacemaker-agreed.txt")) {
            Set<String> lines = new TreeSet<>(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            lines.removeIf(String::isBlank);
            return lines;
        }
    }
}
