package io.releve.lab.faults;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Times on a command line. */
final class Times {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,7})(ms|s)");

    private Times() {}

    /**
     * Reads {@code 1s} or {@code 250ms}.
     *
     * @param option for the message
     * @throws ParameterException if it is neither
     */
    static Duration parse(String option, String text, CommandSpec spec) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new ParameterException(spec.commandLine(), option + " is " + text + "; write it like 2s or 1500ms");
        }
        long number = Long.parseLong(matcher.group(1));
        return matcher.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
    }
}
