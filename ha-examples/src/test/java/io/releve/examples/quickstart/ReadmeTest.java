package io.releve.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();

    @Test
    void shouldQuoteTheQuickStartAsItIsCompiled() throws Exception {
        String source = read(MODULE.resolve("src/main/java/io/releve/examples/quickstart/QuickStart.java"));
        String region = between(source, "// README: begin\n", "\n        // README: end")
                .stripIndent();

        assertThat(read(MODULE.resolveSibling("README.md"))).contains("```java\n" + region + "\n```");
    }

    @Test
    void shouldFitTheQuickStartOnAScreen() throws Exception {
        String source = read(MODULE.resolve("src/main/java/io/releve/examples/quickstart/QuickStart.java"));

        assertThat(between(source, "// README: begin\n", "        // README: end")
                        .lines())
                .hasSizeLessThanOrEqualTo(36);
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        assertThat(from).as(begin).isPositive();
        assertThat(to).as(end).isGreaterThan(from);
        return text.substring(from + begin.length(), to);
    }

    private static String read(Path file) throws Exception {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
