package io.releve.examples.lab;

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

/** The passwords of a cluster on trial: made by chance, kept in a file that only its owner can read. */
public final class Secrets {

    /** The database agent's own account. */
    public static final String ADMINISTRATOR = "administrator";
    /** The account that the servers use among themselves. */
    public static final String REPLICATION = "replication";
    /** The application's account. */
    public static final String APPLICATION = "application";

    private final Path file;

    /** @param file made by {@link #create} */
    public Secrets(Path file) {
        this.file = file;
    }

    /**
     * Makes passwords.
     *
     * @param file where to keep them; must not exist
     */
    public static Secrets create(Path file) throws IOException {
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

    /** Where they are kept. */
    public Path file() {
        return file;
    }

    /** Reads a password at each use. */
    public Supplier<char[]> password(String name) {
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
