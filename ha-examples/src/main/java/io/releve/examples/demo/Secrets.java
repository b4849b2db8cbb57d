package io.releve.examples.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;

/** The passwords of a demonstration: made by chance, kept in a file that only its owner can read. */
final class Secrets {

    static final String ADMINISTRATOR = "administrator";
    static final String REPLICATION = "replication";
    static final String APPLICATION = "application";

    private final Path file;

    /** @param file made by {@link #create} */
    Secrets(Path file) {
        this.file = file;
    }

    static Secrets create(Path file) throws IOException {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder();
        for (String name : List.of(ADMINISTRATOR, REPLICATION, APPLICATION)) {
            byte[] bytes = new byte[15];
            random.nextBytes(bytes);
            text.append(name)
                    .append('=')
                    .append(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                    .append('\n');
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardCharsets.UTF_8);
        return new Secrets(file);
    }

    Path file() {
        return file;
    }

    /** Reads a password at each use. */
    Supplier<char[]> password(String name) {
        return () -> {
            Properties all = new Properties();
            try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                all.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException("the passwords in " + file + " cannot be read", e);
            }
            String password = all.getProperty(name);
            if (password == null) {
                throw new IllegalStateException(file + " has no password for " + name);
            }
            return password.toCharArray();
        };
    }
}
