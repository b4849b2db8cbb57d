package io.releve.examples.lab;

import java.nio.file.Path;

/** Where tests unpack the bundled database server: once for all of them, gone with {@code mvn clean}. */
public final class TestCache {

    private TestCache() {}

    public static Path directory() {
        return Path.of("target", "cache").toAbsolutePath();
    }
}
