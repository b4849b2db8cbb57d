package io.releve.examples.expenses;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The one page of the application, as text. */
final class ExpensePage {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final String STYLE = resource("expenses.css");

    private final String node;

    /** @param node the name of the node that answers, shown at the top */
    ExpensePage(String node) {
        this.node = node;
    }

    /**
     * Writes the page.
     *
     * @param form what stands in the form
     * @param mistakes what is wrong with it, by field
     * @param notice a sentence above the form
     * @param list the reports, or a sentence saying why they cannot be shown
     */
    String render(ExpenseForm form, Map<String, String> mistakes, Optional<Notice> notice, Listing list) {
        StringBuilder page = new StringBuilder(8_192);
        page.append("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Expense reports</title>
                <link rel="icon" href="data:,">
                <style>
                """);
        page.append(STYLE).append("</style>\n</head>\n<body>\n");
        page.append("<header><h1>Expense reports</h1><p class=\"node\">answered by <strong>")
                .append(Html.escape(node))
                .append("</strong></p></header>\n<main>\n");
        appendForm(page, form, mistakes, notice);
        appendList(page, list);
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void appendForm(
            StringBuilder page, ExpenseForm form, Map<String, String> mistakes, Optional<Notice> notice) {
        page.append("<section class=\"card\" aria-labelledby=\"new\">\n<h2 id=\"new\">New report</h2>\n");
        notice.ifPresent(n -> page.append("<p role=\"status\" class=\"notice ")
                .append(n.good() ? "good" : "bad")
                .append("\">")
                .append(Html.escape(n.text()))
                .append("</p>\n"));
        page.append("<form method=\"post\" action=\"/\">\n<input type=\"hidden\" name=\"id\" value=\"")
                .append(Html.escape(form.field("id")))
                .append("\">\n");
        field(page, form, mistakes, "employee", "Employee", "maxlength=\"80\" autocomplete=\"name\"");
        field(page, form, mistakes, "purpose", "Spent on", "maxlength=\"160\"");
        page.append("<div class=\"pair\">\n");
        field(page, form, mistakes, "day", "Day", "type=\"date\"");
        field(page, form, mistakes, "amount", "Amount in €", "inputmode=\"decimal\" placeholder=\"42.50\"");
        page.append("</div>\n<button type=\"submit\">Enter report</button>\n</form>\n</section>\n");
    }

    private static void field(
            StringBuilder page,
            ExpenseForm form,
            Map<String, String> mistakes,
            String name,
            String label,
            String attributes) {
        String mistake = mistakes.get(name);
        page.append("<label>")
                .append(label)
                .append("<input name=\"")
                .append(name)
                .append("\" required ");
        page.append(attributes)
                .append(" value=\"")
                .append(Html.escape(form.field(name)))
                .append('"');
        if (mistake != null) {
            page.append(" aria-invalid=\"true\"");
        }
        page.append('>');
        if (mistake != null) {
            page.append("<span class=\"mistake\">").append(Html.escape(mistake)).append("</span>");
        }
        page.append("</label>\n");
    }

    private static void appendList(StringBuilder page, Listing list) {
        page.append("<section class=\"card\" aria-labelledby=\"list\">\n<h2 id=\"list\">Reports");
        if (list.failure().isPresent()) {
            page.append("</h2>\n<p class=\"notice bad\">")
                    .append(Html.escape(list.failure().get()))
                    .append("</p>\n</section>\n");
            return;
        }
        ExpenseStore.Newest newest = list.reports();
        page.append(" <span class=\"count\">").append(newest.total()).append("</span></h2>\n");
        if (newest.reports().isEmpty()) {
            page.append("<p class=\"empty\">No report yet. The first one you enter appears here.</p>\n</section>\n");
            return;
        }
        page.append("<div class=\"scroll\"><table>\n<thead><tr><th class=\"number\">No.</th><th>Employee</th>")
                .append(
                        "<th>Spent on</th><th>Day</th><th class=\"number\">Amount</th><th>Stored by</th></tr></thead>\n<tbody>\n");
        for (StoredReport stored : newest.reports()) {
            ExpenseReport report = stored.report();
            page.append("<tr><td class=\"number\" data-label=\"No.\">").append(stored.number());
            page.append("</td><td data-label=\"Employee\">").append(Html.escape(report.employee()));
            page.append("</td><td data-label=\"Spent on\">").append(Html.escape(report.purpose()));
            page.append("</td><td data-label=\"Day\">").append(report.day());
            page.append("</td><td class=\"number\" data-label=\"Amount\">")
                    .append(report.amount().toPlainString())
                    .append(" €");
            page.append("</td><td data-label=\"Stored by\"><span>")
                    .append(Html.escape(stored.node()))
                    .append(" <time>")
                    .append(TIME.format(stored.storedAt().atZone(ZoneId.systemDefault())))
                    .append("</time></span></td></tr>\n");
        }
        page.append("</tbody></table></div>\n");
        if (newest.total() > newest.reports().size()) {
            page.append("<p class=\"empty\">The newest ")
                    .append(newest.reports().size())
                    .append(" of ")
                    .append(newest.total())
                    .append(".</p>\n");
        }
        page.append("</section>\n");
    }

    private static String resource(String name) {
        try (InputStream in = ExpensePage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside " + ExpensePage.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A sentence for the person who entered something.
     *
     * @param good whether it worked
     * @param text the sentence
     */
    record Notice(boolean good, String text) {}

    /**
     * The list, or why there is none.
     *
     * @param reports the newest reports
     * @param failure a sentence, if the database could not be asked
     */
    record Listing(ExpenseStore.Newest reports, Optional<String> failure) {

        static Listing of(ExpenseStore.Newest reports) {
            return new Listing(reports, Optional.empty());
        }

        static Listing failed(String why) {
            return new Listing(new ExpenseStore.Newest(java.util.List.of(), 0), Optional.of(why));
        }
    }
}
