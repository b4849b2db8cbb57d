/**
 * The expense-report application: a page, a form, a small JSON interface, one plain {@code DataSource}. It knows nothing of the
 * cluster; only {@link io.releve.examples.expenses.WebApplicationAgent} does.
 */
@NullMarked
package io.releve.examples.expenses;

import org.jspecify.annotations.NullMarked;
