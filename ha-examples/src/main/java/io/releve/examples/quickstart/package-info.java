/**
 * The short program that the README quotes.
 */
@NullMarked
package io.releve.examples.quickstart;

import org.jspecify.annotations.NullMarked;
