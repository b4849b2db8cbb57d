package io.releve.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledMariaDbIT {

    @TempDir
    private Path directory;

    @BeforeEach
    void needsLinuxOnX86() {
        assumeThat(System.getProperty("os.name") + System.getProperty("os.arch"))
                .as("the bundled MariaDB is for Linux on x86-64")
                .isEqualTo("Linuxamd64");
    }

    @AfterEach
    void forgetTheProperty() {
        System.clearProperty(BundledMariaDb.PROPERTY);
    }

    @Test
    void shouldUnpackOnceWhenSeveralWantItAtOnce() throws Exception {
        // Left by a process that was killed while it unpacked.
        Files.createDirectories(directory.resolve(".unpacking-1234"));

        List<Path> found = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> new BundledMariaDb(directory).find().daemon()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(found).containsOnly(found.get(0));
        assertThat(Command.run(List.of(found.get(0).toString(), "--no-defaults", "--version"))
                        .output())
                .contains("11.4.5-MariaDB");
        try (var names = Files.list(directory)) {
            assertThat(names.map(path -> path.getFileName().toString()).filter(name -> !name.equals(".lock")))
                    .singleElement()
                    .asString()
                    .startsWith("mariadb-11.4.5-");
        }
    }

    @Test
    void shouldNameTheDirectoryThatItCannotWriteTo() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> new BundledMariaDb(file).find())
                .isInstanceOf(LabException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void shouldUseTheServerThatThePropertyNames() {
        System.setProperty(BundledMariaDb.PROPERTY, "/bin/true");

        assertThat(new BundledMariaDb(directory).find().daemon()).isEqualTo(Path.of("/bin/true"));
    }

    @Test
    void shouldRefuseAPropertyThatNamesNoProgram() {
        System.setProperty(BundledMariaDb.PROPERTY, "/nowhere/mysqld");

        assertThatThrownBy(() -> new BundledMariaDb(directory).find())
                .isInstanceOf(LabException.class)
                .hasMessageContaining("/nowhere/mysqld")
                .hasMessageContaining(BundledMariaDb.PROPERTY);
    }
}
