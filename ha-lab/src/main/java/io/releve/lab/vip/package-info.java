/** How an address moves, and what becomes of it when its holder is lost: Relève and keepalived, side by side. */
@org.jspecify.annotations.NullMarked
package io.releve.lab.vip;
