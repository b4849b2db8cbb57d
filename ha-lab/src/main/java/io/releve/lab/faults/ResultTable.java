package io.releve.lab.faults;

import io.releve.lab.page.ResultPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Results as Markdown, and their place in the documentation. */
final class ResultTable {

    private static final String BEGIN = "<!-- results: written by bin/lab faults -->";
    private static final String END = "<!-- end of results -->";
    private static final String HEAD = """
            | row | fault | runs | outage, ms: median (min–max) | acknowledged | lost | two writers, ms | two holders, ms | errors | verdict |
            |---|---|---:|---:|---:|---:|---:|---:|---:|---|
            """;

    private static final ResultPage PLACE =
            new ResultPage(BEGIN, END, HEAD, Matrix.all().stream().map(Row::id).toList());

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
        return PLACE.update(page, caption, lines(results));
    }

    private static Map<String, String> lines(List<RowResult> results) {
        return results.stream().collect(Collectors.toMap(result -> result.row().id(), ResultTable::line));
    }

    /** {@link #update} of a file. */
    static void update(Path page, String caption, List<RowResult> results) throws IOException {
        PLACE.update(page, caption, lines(results));
    }
}
