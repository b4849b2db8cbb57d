package io.releve.examples.expenses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.releve.examples.lab.PlainMariaDb;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpenseServerIT {

    private static final Clock CLOCK = Clock.system(ZoneId.systemDefault());

    private static PlainMariaDb database;
    private static ExpenseServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void startServers(@TempDir Path directory) throws Exception {
        assumeThat(System.getProperty("os.name") + System.getProperty("os.arch"))
                .as("the bundled MariaDB is for Linux on x86-64")
                .isEqualTo("Linuxamd64");
        database = PlainMariaDb.start(directory);
        MysqlDataSource source = new MysqlDataSource();
        source.setUrl(database.url());
        source.setUser("app");
        source.setPassword("app");
        server = new ExpenseServer("serv1", "127.0.0.1", 0, source, CLOCK);
        server.start();
    }

    @AfterAll
    static void stopServers() throws Exception {
        if (server != null) {
            server.close();
        }
        if (database != null) {
            database.close();
        }
    }

    @BeforeEach
    void forgetTheTables() throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP VIEW IF EXISTS expense_report");
            statement.execute("DROP TABLE IF EXISTS expense_entry");
        }
    }

    @Test
    void shouldShowAnEmptyListBeforeThereIsATable() throws Exception {
        assertThat(get("/").body()).contains("No report yet");
    }

    @Test
    void shouldStoreAReportFromTheFormAndSendTheBrowserBackToTheList() throws Exception {
        HttpResponse<String> answer = post("/", "application/x-www-form-urlencoded", form(UUID.randomUUID(), "42.50"));

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("/?stored=now");
        assertThat(get("/").body())
                .contains("<td data-label=\"Employee\">Zo\u00e9 Martin")
                .contains("42.50 €");
    }

    @Test
    void shouldKeepWhatStandsInTheFormWhenAFieldIsWrong() throws Exception {
        HttpResponse<String> answer = post("/", "application/x-www-form-urlencoded", form(UUID.randomUUID(), "much"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("Please enter an amount").contains("value=\"Zo\u00e9 Martin\"");
        assertThat(count()).isZero();
    }

    @Test
    void shouldStoreAReportThatIsSentTwiceOnlyOnce() throws Exception {
        String report = json(UUID.randomUUID());

        assertThat(post("/api/reports", "application/json", report).statusCode())
                .isEqualTo(201);
        HttpResponse<String> again = post("/api/reports", "application/json", report);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).contains("\"stored\":\"before\"");
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void shouldShowAReportOnceThatTwoServersHaveTaken() throws Exception {
        UUID id = UUID.randomUUID();
        post("/api/reports", "application/json", json(id));
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            // What replication brings from the other server when the answer to the first attempt was lost.
            statement.execute("INSERT INTO expense_entry (report, origin, employee, purpose, spent_on, amount, node)"
                    + " SELECT report, origin + 1, employee, purpose, spent_on, amount, 'serv2' FROM expense_entry");
        }

        assertThat(count()).isEqualTo(1);
        assertThat(get("/api/reports").body()).contains("\"total\":1");
    }

    @Test
    void shouldBindParametersRatherThanPasteThem() throws Exception {
        String hostile = "x'); DROP TABLE expense_entry; -- ";
        String report = json(UUID.randomUUID()).replace("Lyon", hostile);

        assertThat(post("/api/reports", "application/json", report).statusCode())
                .isEqualTo(201);
        assertThat(get("/api/reports").body()).contains(hostile.strip());
    }

    @Test
    void shouldRefuseWhatIsNoReport() throws Exception {
        assertThat(post("/api/reports", "application/json", "{nonsense").statusCode())
                .isEqualTo(400);
        assertThat(post("/api/reports", "application/json", "{}").statusCode()).isEqualTo(422);
        assertThat(post("/api/reports", "application/json", "x".repeat(20_000)).statusCode())
                .isEqualTo(413);
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldNameThePortThatIsTaken() {
        ExpenseServer second = new ExpenseServer("serv1", "127.0.0.1", server.port(), new MysqlDataSource(), CLOCK);

        assertThatThrownBy(second::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("port " + server.port())
                .hasMessageContaining("in use");
    }

    @Test
    void shouldNameTheAddressThatIsNotHere() {
        ExpenseServer elsewhere = new ExpenseServer("serv1", "192.0.2.77", 8080, new MysqlDataSource(), CLOCK);

        assertThatThrownBy(elsewhere::start).hasMessageContaining("192.0.2.77 is not on this host");
    }

    private long count() throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery("SHOW TABLES LIKE 'expense_report'")) {
            if (!tables.next()) {
                return 0;
            }
            try (ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM expense_report")) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static String form(UUID id, String amount) {
        return "id=" + id + "&employee=Zo%C3%A9+Martin&purpose=Train+to+Lyon&day=" + LocalDate.now(CLOCK) + "&amount="
                + amount;
    }

    private static String json(UUID id) {
        return "{\"id\":\"" + id + "\",\"employee\":\"Zo\u00e9\",\"purpose\":\"Train to Lyon\",\"day\":\""
                + LocalDate.now(CLOCK) + "\",\"amount\":\"12.00\"}";
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
