package io.releve.examples.lab;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The programs of a database server on this machine.
 *
 * @param daemon the server program itself, {@code mariadbd} or {@code mysqld}
 * @param baseDirectory the directory that the server's own files are in, if it is not the place it was built for
 * @param origin where it comes from, for people
 */
public record DatabaseBinaries(Path daemon, Optional<Path> baseDirectory, String origin) {}
