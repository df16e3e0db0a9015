package dev.corpusmill.core

import org.slf4j.LoggerFactory

import java.io.IOException
import java.nio.file.{Files, StandardCopyOption}
import java.util.Locale

/**
 * The library in Zig (core/native) that the jar carries for some machines. Whatever it does there is code for the JVM
 * that does the same.
 */
private[core] object NativeLibrary {
  private val LOG = LoggerFactory.getLogger(getClass)

  /** Loads it once; false where there is none for this machine, or it cannot be loaded. */
  lazy val isLoaded: Boolean = {
    val resource = getClass.getResourceAsStream(s"/native/$fileName")
    resource != null && {
      try {
        val file = Files.createTempFile("corpusmill-", fileName)
        try {
          Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING)
          System.load(file.toString)
        } finally {
          resource.close()
          Files.delete(file)
        }
        true
      } catch {
        case error @ (_: IOException | _: UnsatisfiedLinkError) =>
          LOG.warn("native.unavailable library={} because={}", fileName, error.getMessage)
          false
      }
    }
  }

  private def fileName: String = {
    val system = System.getProperty("os.name").toLowerCase(Locale.ROOT).takeWhile(_ != ' ')
    s"corpusmill-$system-${System.getProperty("os.arch")}.so"
  }
}
