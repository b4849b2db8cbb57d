package io.releve.examples.expenses;

import java.time.Instant;

/**
 * An expense report as the database holds it.
 *
 * @param report what the employee entered
 * @param number the number on the slip, given by the database server; with two servers, one gives odd numbers and the
 *     other even ones
 * @param node the node whose web application stored it
 * @param storedAt when
 */
public record StoredReport(ExpenseReport report, long number, String node, Instant storedAt) {}
