/** The laboratory: measures what Relève promises to be fast. Never published. */
@NullMarked
package io.releve.lab;

import org.jspecify.annotations.NullMarked;
