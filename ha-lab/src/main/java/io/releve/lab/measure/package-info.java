/** What is measured of a cluster on trial, from outside: acknowledged writes, writable servers, holders of the address. */
@NullMarked
package io.releve.lab.measure;

import org.jspecify.annotations.NullMarked;
