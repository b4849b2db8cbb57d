package io.releve.coordination;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a record may be: every node sees every record in each of its views, so that they are for small facts, not for
 * data.
 */
public final class Records {

    /** The greatest size of a record: 65,536 bytes of UTF-8. */
    public static final int LIMIT = 65_536;

    private static final int LONGEST_KEY = 200;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]*");

    private Records() {}

    /**
     * Checks a key: at most 200 letters, digits, '_', '.', ':' and '-', the first a letter, a digit or '_'.
     *
     * @throws CoordinationException.Refused if the key is not allowed
     */
    public static void requireKey(String key) {
        if (key.length() > LONGEST_KEY || !KEY.matcher(key).matches()) {
            throw new CoordinationException.Refused(
                    "The record's key \"" + key + "\" (" + key.length() + " characters) cannot be used. Use at most "
                            + LONGEST_KEY
                            + " letters, digits, '_', '.', ':' and '-', the first a letter, a digit or '_'.",
                    null);
        }
    }

    /**
     * Checks a record's content.
     *
     * @throws CoordinationException.Refused if it is too large
     */
    public static void requireText(String key, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LIMIT) {
            throw new CoordinationException.Refused(
                    "The record " + key + " has " + bytes + " bytes, the limit is " + LIMIT
                            + ". Every node reads every record: keep data elsewhere, and only what points to it here.",
                    null);
        }
    }
}
