package io.releve.examples.expenses;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpenseFormTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 3, 14);

    @Test
    void shouldReadAReport() {
        ExpenseReport report = form(Map.of()).check(TODAY).report().orElseThrow();

        assertThat(report.employee()).isEqualTo("Zoé Martin");
        assertThat(report.amount()).isEqualTo(new BigDecimal("42.50"));
        assertThat(report.day()).isEqualTo("2026-03-13");
    }

    @Test
    void shouldNameEveryFieldThatIsMissing() {
        ExpenseForm.Checked checked = new ExpenseForm(Map.of()).check(TODAY);

        assertThat(checked.report()).isEmpty();
        assertThat(checked.mistakes()).containsOnlyKeys("id", "employee", "purpose", "day", "amount");
    }

    @ParameterizedTest
    @CsvSource({"12,12.00", "12.5,12.50", "'12,05',12.05", "99999.99,99999.99", "0.01,0.01"})
    void shouldReadAmountsAsPeopleWriteThem(String written, String meant) {
        assertThat(form(Map.of("amount", written))
                        .check(TODAY)
                        .report()
                        .orElseThrow()
                        .amount())
                .isEqualTo(new BigDecimal(meant));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.00", "-1", "1.234", "100000", "1e999999999", "twelve", "１２", "1 000", "NaN"})
    void shouldRefuseAmountsThatAreNone(String amount) {
        assertThat(form(Map.of("amount", amount)).check(TODAY).mistakes()).containsOnlyKeys("amount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-15", "2021-03-13", "2026-02-30", "14/03/2026", "9999999999"})
    void shouldRefuseDaysThatCannotBe(String day) {
        assertThat(form(Map.of("day", day)).check(TODAY).mistakes()).containsOnlyKeys("day");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-2-3-4-5", "not an id", "' OR 1=1"})
    void shouldRefuseIdsThatAreNoUuid(String id) {
        assertThat(form(Map.of("id", id)).check(TODAY).mistakes()).containsOnlyKeys("id");
    }

    @Test
    void shouldRefuseTextThatIsTooLongOrNotPlain() {
        assertThat(form(Map.of("employee", "x".repeat(81), "purpose", "a\nb"))
                        .check(TODAY)
                        .mistakes())
                .containsOnlyKeys("employee", "purpose");
    }

    private static ExpenseForm form(Map<String, String> changes) {
        Map<String, String> fields = new HashMap<>(Map.of(
                "id", "7f3a1c9e-1111-4222-8333-444455556666",
                "employee", " Zoé Martin ",
                "purpose", "Train to Lyon",
                "day", "2026-03-13",
                "amount", "42.50"));
        fields.putAll(changes);
        return new ExpenseForm(fields);
    }
}
