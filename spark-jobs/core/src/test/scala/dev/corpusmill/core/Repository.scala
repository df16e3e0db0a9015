package dev.corpusmill.core

import java.nio.file.{Files, Path, Paths}

/** Where tests find files of the repository, and the shared data beside it, which a clone does not have. */
object Repository {
  val ROOT: Path = Paths.get(System.getProperty("corpusmill.repository", "..")).toAbsolutePath.normalize()
  val CONTRACT_EXAMPLES: Path = ROOT.resolve("docs/contracts/examples")

  /** A file of ../shared; tests that need it are skipped where it is absent. */
  def sharedFile(path: String): Option[Path] =
    Some(ROOT.resolve("../shared").resolve(path)).filter(Files.exists(_))
}
