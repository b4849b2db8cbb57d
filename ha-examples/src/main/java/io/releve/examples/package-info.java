/**
 * The expense-report application, kept alive by Relève.
 */
@NullMarked
package io.releve.examples;

import org.jspecify.annotations.NullMarked;
