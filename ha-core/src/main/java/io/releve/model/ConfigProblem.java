package io.releve.model;

/**
 * A mistake in a configuration.
 *
 * @param path where: for example {@code resources/servIntralab/IPFailover/operations/monitor}
 * @param message what is wrong and what would be right
 */
public record ConfigProblem(String path, String message) {
    @Override
    public String toString() {
        return path + ": " + message;
    }
}
