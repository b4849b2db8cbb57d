package io.releve.lab.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Results as Markdown, and their place in the documentation. */
final class ResultTable {

    private static final String BEGIN = "<!-- results: written by bin/lab faults -->";
    private static final String END = "<!-- end of results -->";
    private static final Pattern ROW = Pattern.compile("^\\| [A-Z][0-9]+[a-z]? \\|");
    private static final String HEAD = """
            | row | fault | runs | outage, ms: median (min–max) | acknowledged | lost | two writers, ms | two holders, ms | errors | verdict |
            |---|---|---:|---:|---:|---:|---:|---:|---:|---|
            """;

    private ResultTable() {}

    /** A table of results. */
    static String markdown(List<RowResult> results) {
        return HEAD + results.stream().map(result -> line(result) + "\n").collect(Collectors.joining());
    }

    private static String line(RowResult result) {
        List<String> values = result.values();
        String outage =
                values.get(3).isEmpty() ? "–" : values.get(3) + " (" + values.get(4) + "–" + values.get(5) + ")";
        return "| " + values.get(0) + " | " + values.get(1) + " | " + values.get(2) + " | " + outage + " | "
                + values.get(6) + " | " + values.get(7) + " | " + values.get(8) + " | " + values.get(9) + " | "
                + values.get(10) + " | " + values.get(11).replace("|", "\\|") + " |";
    }

    /**
     * Puts results in the place of older ones of the same rows; rows that were not run keep their line.
     *
     * @param page the whole page, with the two markers
     * @param caption a sentence on when and how they were measured
     */
    static String update(String page, String caption, List<RowResult> results) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page lacks the lines " + BEGIN + " and " + END);
        }
        Map<String, String> lines = new LinkedHashMap<>();
        Matrix.all().forEach(row -> lines.put(row.id(), ""));
        page.substring(begin, end)
                .lines()
                .filter(line -> ROW.matcher(line).find())
                .forEach(line -> lines.put(line.split("\\|", 3)[1].strip(), line));
        results.forEach(result -> lines.put(result.row().id(), line(result)));
        return page.substring(0, begin)
                + BEGIN
                + "\n"
                + caption
                + "\n\n"
                + HEAD
                + lines.values().stream()
                        .filter(line -> !line.isEmpty())
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                + page.substring(end);
    }

    /** {@link #update} of a file. */
    static void update(Path page, String caption, List<RowResult> results) throws IOException {
        Files.writeString(
                page, update(Files.readString(page, StandardCharsets.UTF_8), caption, results), StandardCharsets.UTF_8);
    }
}
