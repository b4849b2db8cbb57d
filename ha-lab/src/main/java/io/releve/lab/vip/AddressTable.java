package io.releve.lab.vip;

import io.releve.lab.page.ResultPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Results as Markdown, and their place in the documentation. */
public final class AddressTable {

    private static final String HEAD = """
            | row | what | who | runs | gone from its old host | on no host | client without an answer | client sends to the new host | the same, since it was gone | on two hosts at once | verdict |
            |---|---|---|---:|---:|---:|---:|---:|---:|---:|---|
            """;

    private static final ResultPage PLACE = new ResultPage(
            "<!-- results: written by bin/lab faults vip -->",
            "<!-- end of results -->",
            HEAD,
            AddressRow.all().stream().map(AddressRow::id).toList());

    private AddressTable() {}

    /** A table of results; times in milliseconds. */
    public static String markdown(List<AddressResult> results) {
        return HEAD + results.stream().map(result -> line(result) + "\n").collect(Collectors.joining());
    }

    private static String line(AddressResult result) {
        AddressRow row = result.row();
        return "| "
                + String.join(
                        " | ",
                        row.id(),
                        row.text(),
                        row.who(),
                        Integer.toString(result.runs().size()),
                        text(result.spread(AddressRun::gone)),
                        text(result.spread(AddressRun::nobody)),
                        text(result.spread(AddressRun::silence)),
                        text(result.spread(AddressRun::turned)),
                        text(result.spread(AddressRun::turnedSinceGone)),
                        text(result.spread(AddressRun::twoHolders)),
                        result.verdict().replace("|", "\\|"))
                + " |";
    }

    private static String text(Optional<Spread> times) {
        return times.map(Spread::toString).orElse("–");
    }

    private static Map<String, String> lines(List<AddressResult> results) {
        return results.stream().collect(Collectors.toMap(result -> result.row().id(), AddressTable::line));
    }

    /** Puts results in the place of older ones of the same rows. */
    static String update(String page, String caption, List<AddressResult> results) {
        return PLACE.update(page, caption, lines(results));
    }

    /** {@link #update(String, String, List)} of a file. */
    public static void update(Path page, String caption, List<AddressResult> results) throws IOException {
        PLACE.update(page, caption, lines(results));
    }
}
