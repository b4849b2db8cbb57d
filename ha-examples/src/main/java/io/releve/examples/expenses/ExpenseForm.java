package io.releve.examples.expenses;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What came in from a browser or a program, before anybody has looked at it.
 *
 * @param fields the raw text of each field, by name: {@code id}, {@code employee}, {@code purpose}, {@code day}, {@code
 *     amount}
 */
record ExpenseForm(Map<String, String> fields) {

    private static final int EMPLOYEE_LENGTH = 80;
    private static final int PURPOSE_LENGTH = 160;
    private static final BigDecimal LARGEST = new BigDecimal("99999.99");
    // BigDecimal itself takes "1e999999999" and then uses all memory; people write plain numbers.
    private static final Pattern AMOUNT = Pattern.compile("\\d{1,9}([.,]\\d{1,2})?");

    ExpenseForm {
        fields = Map.copyOf(fields);
    }

    /** An empty form with a new id. */
    static ExpenseForm blank(LocalDate today) {
        return new ExpenseForm(Map.of("id", UUID.randomUUID().toString(), "day", today.toString()));
    }

    String field(String name) {
        return fields.getOrDefault(name, "").strip();
    }

    /**
     * Reads the form.
     *
     * @param today days after it are refused
     */
    Checked check(LocalDate today) {
        Map<String, String> mistakes = new LinkedHashMap<>();
        UUID id = id(mistakes);
        String employee = text("employee", "Please enter your name.", EMPLOYEE_LENGTH, mistakes);
        String purpose = text("purpose", "Please say what the money was spent on.", PURPOSE_LENGTH, mistakes);
        LocalDate day = day(today, mistakes);
        BigDecimal amount = amount(mistakes);
        if (!mistakes.isEmpty() || id == null || day == null || amount == null) {
            return new Checked(Optional.empty(), mistakes);
        }
        return new Checked(Optional.of(new ExpenseReport(id, employee, purpose, day, amount)), mistakes);
    }

    private @Nullable UUID id(Map<String, String> mistakes) {
        try {
            UUID id = UUID.fromString(field("id"));
            if (id.toString().equalsIgnoreCase(field("id"))) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Reported below, together with the short forms that UUID.fromString lets pass.
        }
        mistakes.put("id", "The id must be a UUID, for example " + UUID.randomUUID() + ".");
        return null;
    }

    private String text(String name, String ifMissing, int length, Map<String, String> mistakes) {
        String value = field(name);
        if (value.isEmpty()) {
            mistakes.put(name, ifMissing);
        } else if (value.length() > length) {
            mistakes.put(name, "At most " + length + " characters, please; these are " + value.length() + ".");
        } else if (value.codePoints().anyMatch(Character::isISOControl)) {
            mistakes.put(name, "Plain text on one line, please.");
        }
        return value;
    }

    private @Nullable LocalDate day(LocalDate today, Map<String, String> mistakes) {
        try {
            LocalDate day = LocalDate.parse(field("day"));
            if (day.isAfter(today)) {
                mistakes.put("day", "This day is yet to come.");
            } else if (day.isBefore(today.minusYears(5))) {
                mistakes.put("day", "Expenses older than five years cannot be reported.");
            } else {
                return day;
            }
        } catch (DateTimeParseException e) {
            mistakes.put("day", "Please enter a day as year-month-day, for example " + today + ".");
        }
        return null;
    }

    private @Nullable BigDecimal amount(Map<String, String> mistakes) {
        if (!AMOUNT.matcher(field("amount")).matches()) {
            mistakes.put("amount", "Please enter an amount such as 42.50.");
            return null;
        }
        BigDecimal amount = new BigDecimal(field("amount").replace(',', '.')).setScale(2, RoundingMode.UNNECESSARY);
        if (amount.signum() == 0 || amount.compareTo(LARGEST) > 0) {
            mistakes.put("amount", "Please enter an amount between 0.01 and " + LARGEST + ".");
            return null;
        }
        return amount;
    }

    /**
     * A form that has been looked at.
     *
     * @param report present if there is no mistake
     * @param mistakes one sentence for each field that is wrong, by its name
     */
    record Checked(Optional<ExpenseReport> report, Map<String, String> mistakes) {}
}
