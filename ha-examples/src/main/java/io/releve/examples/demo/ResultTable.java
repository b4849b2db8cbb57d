package io.releve.examples.demo;

import java.util.ArrayList;
import java.util.List;

/** The table of what was done, what must come of it, and what came of it. Used by one thread. */
final class ResultTable {

    /**
     * A row.
     *
     * @param action what was done
     * @param expected what must come of it
     * @param obtained what came of it
     * @param ok whether the two are the same
     */
    record Row(String action, String expected, String obtained, boolean ok) {}

    private static final List<String> HEAD = List.of("Action", "Expected", "Obtained", "");
    private static final int[] WIDTHS = {38, 38, 46, 6};

    private final List<Row> rows = new ArrayList<>();

    void add(Row row) {
        rows.add(row);
    }

    boolean allOk() {
        return !rows.isEmpty() && rows.stream().allMatch(Row::ok);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The table with plain characters, about 140 columns wide. */
    String render() {
        StringBuilder out = new StringBuilder();
        rule(out);
        line(out, HEAD);
        rule(out);
        for (Row row : rows) {
            line(out, List.of(row.action(), row.expected(), row.obtained(), row.ok() ? "OK" : "not OK"));
            rule(out);
        }
        return out.toString();
    }

    private static void rule(StringBuilder out) {
        for (int width : WIDTHS) {
            out.append('+').append("-".repeat(width + 2));
        }
        out.append("+\n");
    }

    private static void line(StringBuilder out, List<String> cells) {
        List<List<String>> wrapped = new ArrayList<>();
        int height = 0;
        for (int i = 0; i < WIDTHS.length; i++) {
            wrapped.add(wrap(cells.get(i), WIDTHS[i]));
            height = Math.max(height, wrapped.get(i).size());
        }
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < WIDTHS.length; i++) {
                String text = y < wrapped.get(i).size() ? wrapped.get(i).get(y) : "";
                out.append("| ").append(text).append(" ".repeat(WIDTHS[i] - text.length() + 1));
            }
            out.append("|\n");
        }
    }

    /** Breaks at spaces, and within a word only if it is longer than a line. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.replace('\n', ' ').split(" +", -1)) {
            String rest = word;
            if (line.length() > 0 && line.length() + 1 + rest.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (rest.length() > width) {
                lines.add(rest.substring(0, width));
                rest = rest.substring(width);
            }
            line.append(line.length() > 0 ? " " : "").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }
}
