/**
 * What a demonstration needs around it: real servers, hosts with addresses of their own, and a clean end.
 */
@NullMarked
package io.releve.examples.lab;

import org.jspecify.annotations.NullMarked;
