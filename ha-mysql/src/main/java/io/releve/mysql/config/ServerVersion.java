package io.releve.mysql.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The make and version of a server.
 *
 * @param flavor who makes it
 * @param major first number
 * @param minor second number
 * @param patch third number
 */
public record ServerVersion(Flavor flavor, int major, int minor, int patch) {

    /** The makes of servers that Relève runs. */
    public enum Flavor {
        /** Oracle's MySQL and what calls itself so (Percona Server). */
        MYSQL("MySQL"),
        /** MariaDB. */
        MARIADB("MariaDB");

        private final String title;

        Flavor(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)(\\S*)");

    /**
     * Reads what {@code SELECT VERSION()} or {@code mysqld --version} answers.
     *
     * @param text for example {@code 11.4.5-MariaDB-log} or {@code mysqld  Ver 9.7.4 for Linux on x86_64}
     * @throws IllegalArgumentException if there is no version in it
     */
    public static ServerVersion parse(String text) {
        // MariaDB used to put 5.5.5- in front, for the sake of old MySQL replicas.
        String stripped = text.replace("5.5.5-", "");
        Matcher matcher = NUMBERS.matcher(stripped);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no server version in '" + text + "'");
        }
        Flavor flavor = stripped.toLowerCase(java.util.Locale.ROOT).contains("mariadb") ? Flavor.MARIADB : Flavor.MYSQL;
        return new ServerVersion(
                flavor,
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    /** Whether this is the given version or a later one; the make is not compared. */
    public boolean isAtLeast(int otherMajor, int otherMinor, int otherPatch) {
        if (major != otherMajor) {
            return major > otherMajor;
        }
        return minor != otherMinor ? minor > otherMinor : patch >= otherPatch;
    }

    /** Whether Relève speaks this version's language: MySQL from 8.0.26, MariaDB from 10.6.1. */
    public boolean isSupported() {
        return flavor == Flavor.MARIADB ? isAtLeast(10, 6, 1) : isAtLeast(8, 0, 26);
    }

    @Override
    public String toString() {
        return flavor + " " + major + "." + minor + "." + patch;
    }
}
