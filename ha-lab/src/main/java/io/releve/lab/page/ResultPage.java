package io.releve.lab.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The place of a table of results in a page of the documentation: between two lines that nobody sees.
 *
 * @param begin the line before it
 * @param end the line behind it
 * @param head the table's first two lines
 * @param ids the rows in their order, by what stands in their first column
 */
public record ResultPage(String begin, String end, String head, List<String> ids) {

    private static final Pattern ROW = Pattern.compile("^\\| [A-Z][0-9]+[a-z]? \\|");

    public ResultPage {
        ids = List.copyOf(ids);
    }

    /**
     * Puts results in the place of older ones of the same rows; rows that were not run keep their line.
     *
     * @param page the whole page, with the two markers
     * @param caption a sentence on when and how they were measured
     * @param results a line for each row that was run, by its id
     */
    public String update(String page, String caption, Map<String, String> results) {
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the page lacks the lines " + begin + " and " + end);
        }
        Map<String, String> lines = new LinkedHashMap<>();
        ids.forEach(id -> lines.put(id, ""));
        page.substring(from, to)
                .lines()
                .filter(line -> ROW.matcher(line).find())
                .forEach(line -> lines.put(line.split("\\|", 3)[1].strip(), line));
        lines.putAll(results);
        return page.substring(0, from)
                + begin
                + "\n"
                + caption
                + "\n\n"
                + head
                + lines.values().stream()
                        .filter(line -> !line.isEmpty())
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                + page.substring(to);
    }

    /** {@link #update(String, String, Map)} of a file. */
    public void update(Path page, String caption, Map<String, String> results) throws IOException {
        Files.writeString(
                page, update(Files.readString(page, StandardCharsets.UTF_8), caption, results), StandardCharsets.UTF_8);
    }
}
