/** The direct way from node to node, beside the coordination service: one question, and its answer. */
@NullMarked
package io.releve.peer;

import org.jspecify.annotations.NullMarked;
