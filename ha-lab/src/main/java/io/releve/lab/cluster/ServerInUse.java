package io.releve.lab.cluster;

import io.releve.examples.lab.DatabaseBinaries;
import io.releve.examples.lab.LabException;
import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.server.MySqlInstallation;

/**
 * The database server that the cluster on trial runs.
 *
 * @param binaries its programs
 * @param version what it says that it is
 */
public record ServerInUse(DatabaseBinaries binaries, ServerVersion version) {

    /**
     * Asks it what it is.
     *
     * @throws LabException if it cannot be used; the message says what to do
     */
    public static ServerInUse of(DatabaseBinaries binaries) {
        try {
            return new ServerInUse(
                    binaries, MySqlInstallation.ofServer(binaries.daemon()).version());
        } catch (IllegalArgumentException unusable) {
            throw new LabException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /** Whether it is MariaDB's, whatever its program is called. */
    boolean isMariaDb() {
        return version.flavor() == ServerVersion.Flavor.MARIADB;
    }

    /** What it is, for a page: a path on this machine would say nothing to others. */
    @Override
    public String toString() {
        return binaries.baseDirectory().isPresent() ? binaries.origin() : version.toString();
    }
}
