package io.releve.examples.demo;

import java.io.PrintStream;
import java.time.Duration;

/** What the demonstration says; with colours only where a person looks on. Thread-safe. */
final class Console {

    /** Set by {@code bin/demo} where its output is a terminal, which Java cannot tell. */
    static final String COLOURS = "releve.colours";

    private final PrintStream out;
    private final boolean colours;
    private final long begin = System.nanoTime();

    Console(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    static Console standard() {
        return new Console(System.out, Boolean.getBoolean(COLOURS));
    }

    void line(String text) {
        out.println(text);
    }

    /** Something that begins now, with the time since the start. */
    void step(String text) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        out.println();
        out.println(bold(String.format(java.util.Locale.ROOT, "[%5.1f s] %s", seconds, text)));
    }

    void error(String text) {
        out.println(paint("31", text));
    }

    String bold(String text) {
        return paint("1", text);
    }

    String verdict(boolean ok) {
        return ok ? paint("32", "OK") : paint("31", "not OK");
    }

    private String paint(String code, String text) {
        return colours ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    /** Milliseconds with a space between thousands. */
    static String millis(Duration duration) {
        return String.format(java.util.Locale.ROOT, "%,d ms", duration.toMillis())
                .replace(',', ' ');
    }
}
