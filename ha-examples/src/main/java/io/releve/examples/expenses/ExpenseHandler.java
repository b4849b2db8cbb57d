package io.releve.examples.expenses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.FormFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the application's requests. */
final class ExpenseHandler extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(ExpenseHandler.class);
    private static final int LISTED = 50;
    private static final int LARGEST_BODY = 16_384;
    private static final List<String> FIELDS = List.of("id", "employee", "purpose", "day", "amount");
    private static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json";

    private final ObjectMapper json = new ObjectMapper();
    private final String node;
    private final ExpenseStore store;
    private final ExpensePage page;
    private final Clock clock;

    ExpenseHandler(String node, ExpenseStore store, Clock clock) {
        this.node = node;
        this.store = store;
        this.page = new ExpensePage(node);
        this.clock = clock;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        String route = request.getMethod().equals("HEAD") ? "GET " + path : request.getMethod() + " " + path;
        switch (route) {
            case "GET /" -> showPage(request, response, callback);
            case "POST /" -> enterFromPage(request, response, callback);
            case "GET /api/reports" -> listAsJson(response, callback);
            case "POST /api/reports" -> enterFromJson(request, response, callback);
            // Says that this process answers, and no more: whether the database serves is the database agent's
            // business, and a web server that is restarted for the database's sake helps nobody.
            case "GET /health" -> send(response, callback, 200, "text/plain; charset=utf-8", "ok " + node + "\n");
            default -> send(response, callback, 404, "text/plain; charset=utf-8", "There is no page " + path + "\n");
        }
        return true;
    }

    private void showPage(Request request, Response response, Callback callback) {
        Fields query = Request.extractQueryParameters(request, StandardCharsets.UTF_8);
        Optional<ExpensePage.Notice> notice = Optional.ofNullable(query.getValue("stored"))
                .map(stored -> new ExpensePage.Notice(
                        true, stored.equals("before") ? "This report was stored before." : "Stored."));
        sendPage(response, callback, 200, ExpenseForm.blank(LocalDate.now(clock)), Map.of(), notice);
    }

    private void enterFromPage(Request request, Response response, Callback callback) throws Exception {
        Fields fields = FormFields.getFields(request, FIELDS.size() + 3, LARGEST_BODY);
        Map<String, String> values = new HashMap<>();
        for (String name : FIELDS) {
            Optional.ofNullable(fields.getValue(name)).ifPresent(value -> values.put(name, value));
        }
        ExpenseForm form = new ExpenseForm(values);
        ExpenseForm.Checked checked = form.check(LocalDate.now(clock));
        if (checked.report().isEmpty()) {
            Optional<ExpensePage.Notice> notice = Optional.ofNullable(
                            checked.mistakes().get("id"))
                    .map(mistake -> new ExpensePage.Notice(false, "The form is damaged; please reload the page."));
            sendPage(response, callback, 422, form, checked.mistakes(), notice);
            return;
        }
        try {
            boolean added = store.add(checked.report().get());
            // A reload of the page that follows must not send the form again.
            response.setStatus(303);
            response.getHeaders().put(HttpHeader.LOCATION, added ? "/?stored=now" : "/?stored=before");
            callback.succeeded();
        } catch (SQLException e) {
            LOG.warn("Report {} not stored: {}", checked.report().get().id(), e.getMessage());
            sendPage(
                    response,
                    callback,
                    503,
                    form,
                    Map.of(),
                    Optional.of(new ExpensePage.Notice(
                            false, "Not stored yet: the database is changing over. Please press the button again.")));
        }
    }

    private void sendPage(
            Response response,
            Callback callback,
            int status,
            ExpenseForm form,
            Map<String, String> mistakes,
            Optional<ExpensePage.Notice> notice) {
        ExpensePage.Listing listing;
        try {
            listing = ExpensePage.Listing.of(store.newest(LISTED));
        } catch (SQLException e) {
            LOG.warn("Reports cannot be listed: {}", e.getMessage());
            listing = ExpensePage.Listing.failed(
                    "The database does not answer at the moment. Please reload in a few seconds.");
        }
        response.getHeaders()
                .put(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        send(response, callback, status, HTML, page.render(form, mistakes, notice, listing));
    }

    private void listAsJson(Response response, Callback callback) {
        try {
            ExpenseStore.Newest newest = store.newest(LISTED);
            ObjectNode answer = answer();
            answer.put("total", newest.total());
            ArrayNode reports = answer.putArray("reports");
            for (StoredReport stored : newest.reports()) {
                reports.addObject()
                        .put("id", stored.report().id().toString())
                        .put("number", stored.number())
                        .put("employee", stored.report().employee())
                        .put("purpose", stored.report().purpose())
                        .put("day", stored.report().day().toString())
                        .put("amount", stored.report().amount().toPlainString())
                        .put("node", stored.node())
                        .put("storedAt", stored.storedAt().toString());
            }
            send(response, callback, 200, JSON, answer.toString());
        } catch (SQLException e) {
            sendUnavailable(response, callback, e);
        }
    }

    private void enterFromJson(Request request, Response response, Callback callback) throws Exception {
        byte[] body = body(request);
        if (body.length > LARGEST_BODY) {
            send(
                    response,
                    callback,
                    413,
                    JSON,
                    answer().put("error", "at most " + LARGEST_BODY + " bytes").toString());
            return;
        }
        Map<String, String> values = new HashMap<>();
        try {
            JsonNode tree = json.readTree(body);
            for (String name : FIELDS) {
                if (tree.hasNonNull(name)) {
                    values.put(name, tree.get(name).asText());
                }
            }
        } catch (JsonProcessingException e) {
            send(
                    response,
                    callback,
                    400,
                    JSON,
                    answer().put("error", "this is not JSON: " + e.getOriginalMessage())
                            .toString());
            return;
        }
        ExpenseForm.Checked checked = new ExpenseForm(values).check(LocalDate.now(clock));
        if (checked.report().isEmpty()) {
            ObjectNode answer = answer();
            ObjectNode mistakes = answer.putObject("mistakes");
            checked.mistakes().forEach(mistakes::put);
            send(response, callback, 422, JSON, answer.toString());
            return;
        }
        try {
            boolean added = store.add(checked.report().get());
            ObjectNode answer = answer();
            answer.put("id", checked.report().get().id().toString()).put("stored", added ? "now" : "before");
            send(response, callback, added ? 201 : 200, JSON, answer.toString());
        } catch (SQLException e) {
            sendUnavailable(response, callback, e);
        }
    }

    /** Up to one byte more than allowed, so that too much is seen without being read. */
    private static byte[] body(Request request) throws Exception {
        try (var in = Content.Source.asInputStream(request)) {
            return in.readNBytes(LARGEST_BODY + 1);
        }
    }

    private void sendUnavailable(Response response, Callback callback, SQLException e) {
        LOG.warn("The database does not serve: {}", e.getMessage());
        String state = e.getSQLState() == null ? "unknown" : e.getSQLState();
        send(
                response,
                callback,
                503,
                JSON,
                answer().put(
                                "error",
                                "the database does not serve at the moment (SQL state " + state
                                        + "); try again with the same id")
                        .toString());
    }

    private ObjectNode answer() {
        return json.createObjectNode().put("answeredBy", node);
    }

    private static void send(Response response, Callback callback, int status, String type, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
