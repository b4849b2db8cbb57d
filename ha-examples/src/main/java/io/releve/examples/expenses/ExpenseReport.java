package io.releve.examples.expenses;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;
import java.util.UUID;

/**
 * One expense report, as an employee enters it.
 *
 * @param id made by whoever enters it, so that a report that is sent twice is recognised
 * @param employee who spent the money
 * @param purpose what for
 * @param day when
 * @param amount how much, in euros, two decimals
 */
public record ExpenseReport(UUID id, String employee, String purpose, LocalDate day, BigDecimal amount) {

    public ExpenseReport {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(employee, "employee");
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(day, "day");
        Objects.requireNonNull(amount, "amount");
    }
}
