package io.releve.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.Sandbox;
import io.releve.lab.Lab;
import io.releve.lab.vip.AddressResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A handful of rows, once each: on every change. The whole matrix takes longer. */
class FaultLabIT {

    private static final String ROWS = "F1,F3,F6b,F7,F5b,F20";
    private static final long LIMIT_SECONDS = 420;

    @TempDir
    private Path directory;

    @Test
    void shouldKeepThePromisesInAHandfulOfRows() throws Exception {
        assumeNamespaces();
        Path output = directory.resolve("out");
        Path log = directory.resolve("log");

        Process lab = lab(List.of("--rows", ROWS, "--lease", "2s", "--format", "tsv"))
                .redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start();

        assertThat(lab.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(lines.get(0)).isEqualTo(String.join("\t", RowResult.COLUMNS));
        assertThat(lines.subList(1, lines.size()))
                .as(said)
                .hasSize(ROWS.split(",").length)
                .allSatisfy(line -> assertThat(line.split("\t", -1)).hasSameSizeAs(RowResult.COLUMNS))
                .noneMatch(line -> line.contains("BROKEN") || line.contains("ERROR"));
        assertThat(lab.exitValue()).as(said).isZero();
        assertNothingIsLeft();
    }

    @Test
    void shouldMoveAnAddressAndTakeItFromAJvmThatWasKilled() throws Exception {
        assumeNamespaces();
        Path output = directory.resolve("out");
        Path log = directory.resolve("log");

        Process lab = lab(List.of("vip", "--rows", "V1,V2", "--lease", "2s", "--format", "tsv"))
                .redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start();

        assertThat(lab.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(lines).as(said).hasSize(3).noneMatch(line -> line.contains("BROKEN") || line.contains("ERROR"));
        assertThat(lines.get(0)).isEqualTo(String.join("\t", AddressResult.columns()));
        assertThat(lab.exitValue()).as(said).isZero();
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseRowsOfTwoStages() throws Exception {
        Process lab = lab(List.of("--rows", "V1,F1"))
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("log").toFile())
                .start();

        assertThat(lab.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(lab.exitValue()).isEqualTo(2);
        assertThat(Files.readString(directory.resolve("log"))).contains("row F1 is not one of the address's");
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsTerminatedInTheMiddle() throws Exception {
        assumeNamespaces();
        Process lab = lab(List.of("--rows", "F6d"))
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader log = lab.errorReader(StandardCharsets.UTF_8)) {
            String line = log.readLine();
            while (line != null && !line.startsWith("A new cluster")) {
                said.add(line);
                line = log.readLine();
            }
            assertThat(line).as(String.join("\n", said)).isNotNull();

            lab.destroy();

            assertThat(lab.waitFor(60, TimeUnit.SECONDS)).as("ended in time").isTrue();
        }
        assertThat(lab.exitValue()).isEqualTo(128 + 15);
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseARowThatIsNotThere() throws Exception {
        Process lab = lab(List.of("--rows", "F999"))
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("log").toFile())
                .start();

        assertThat(lab.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(lab.exitValue()).isEqualTo(2);
        assertThat(Files.readString(directory.resolve("log"))).contains("there is no row F999; there are F1");
    }

    @Test
    void shouldRefuseAServerThatIsNotThere() throws Exception {
        Process lab = lab(List.of("--rows", "F1", "--mysqld", "/nowhere/mysqld"))
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("log").toFile())
                .start();

        assertThat(lab.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(lab.exitValue()).isEqualTo(2);
        assertThat(Files.readString(directory.resolve("log"))).contains("/nowhere/mysqld", "--mysqld");
        assertNothingIsLeft();
    }

    private static void assumeNamespaces() {
        Sandbox.Availability availability = Sandbox.probe();
        assumeThat(availability.sandbox()).as(availability.reason()).isPresent();
    }

    private ProcessBuilder lab(List<String> arguments) {
        return new ProcessBuilder(JavaCommand.of(
                Lab.class,
                96,
                List.of(
                        "java.io.tmpdir=" + directory,
                        "releve.checkout=" + Path.of("..").toAbsolutePath().normalize()),
                Stream.concat(Stream.of("faults"), arguments.stream()).toList()));
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf("out", "log");
        }
        assertThat(ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .filter(line -> line.contains(directory.toString())))
                .as("processes that name the laboratory's directory")
                .isEmpty();
    }
}
