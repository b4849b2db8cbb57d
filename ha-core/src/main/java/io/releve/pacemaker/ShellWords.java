package io.releve.pacemaker;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Words that the crm shell has for others. */
final class ShellWords {

    private ShellWords() {}

    /** The score in Pacemaker's words; nothing where it is none. */
    static @Nullable String score(String word) {
        switch (word.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf", "infinity", "+infinity", "mandatory" -> {
                return "INFINITY";
            }
            case "-inf", "-infinity" -> {
                return "-INFINITY";
            }
            case "advisory" -> {
                return "0";
            }
            default -> {
                return word.matches("[+-]?[0-9]+") ? word : null;
            }
        }
    }
}
