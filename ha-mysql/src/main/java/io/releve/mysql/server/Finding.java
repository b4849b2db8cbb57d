package io.releve.mysql.server;

/**
 * A setting of a server that breaks a promise, or weakens it.
 *
 * @param severity how bad it is
 * @param server whose it is
 * @param setting the setting, in the server's own word
 * @param value what it is
 * @param reason what comes of it
 * @param remedy what to do
 */
public record Finding(Severity severity, String server, String setting, String value, String reason, String remedy) {

    /** How bad a finding is. */
    public enum Severity {
        /** A promise does not hold: acknowledged writes can be lost, or two servers can take writes. */
        BREAKS,
        /** It works, but worse than it could: slower, or with more to do by hand after a failure. */
        WEAKENS,
        /** Cannot be told from outside; look yourself. */
        UNKNOWN
    }

    /** One readable sentence. */
    @Override
    public String toString() {
        return server + ": " + setting + (value.isEmpty() ? "" : "=" + value) + ": " + reason + "; " + remedy;
    }
}
