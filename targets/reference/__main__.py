"""python -m targets.reference"""

from targets.reference.app import main

if __name__ == "__main__":
    main()
