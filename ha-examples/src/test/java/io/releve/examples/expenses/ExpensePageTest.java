package io.releve.examples.expenses;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExpensePageTest {

    private static final String HOSTILE = "<script>alert('x')</script>\"&";

    @Test
    void shouldEscapeWhatPeopleEntered() {
        StoredReport stored = new StoredReport(
                new ExpenseReport(UUID.randomUUID(), HOSTILE, HOSTILE, LocalDate.EPOCH, BigDecimal.ONE),
                1,
                HOSTILE,
                Instant.EPOCH);
        ExpenseForm form = new ExpenseForm(Map.of("id", HOSTILE, "employee", HOSTILE, "day", HOSTILE));

        String page = new ExpensePage(HOSTILE)
                .render(
                        form,
                        Map.of("amount", HOSTILE),
                        Optional.of(new ExpensePage.Notice(false, HOSTILE)),
                        ExpensePage.Listing.of(new ExpenseStore.Newest(List.of(stored), 1)));

        assertThat(page).doesNotContain("<script").doesNotContain("'x'").doesNotContain("\"&\"");
        assertThat(page).contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;");
    }

    @Test
    void shouldSayWhichNodeAnswered() {
        assertThat(render(ExpensePage.Listing.of(new ExpenseStore.Newest(List.of(), 0))))
                .contains("answered by <strong>serv1</strong>")
                .contains("No report yet");
    }

    @Test
    void shouldSayWhyThereIsNoList() {
        assertThat(render(ExpensePage.Listing.failed("The database is away."))).contains("The database is away.");
    }

    private static String render(ExpensePage.Listing listing) {
        return new ExpensePage("serv1").render(ExpenseForm.blank(LocalDate.EPOCH), Map.of(), Optional.empty(), listing);
    }
}
